import os


def main(args):
    name = args.get("name", "stranger")
    over = "WebSocket" if "__OW_WEBSOCKET_ID" in os.environ else "HTTP"
    print(f"greeting {name}")
    return {"greeting": f"Hello {name}!", "over": over}
