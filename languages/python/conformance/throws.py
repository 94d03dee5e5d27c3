def main(args):
    raise ValueError("nooooo")
