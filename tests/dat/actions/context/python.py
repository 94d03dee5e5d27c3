import os

names = ["api_host", "api_key", "namespace", "action_name", "action_version", "activation_id", "deadline"]


def main(args):
    return {name: os.environ["__OW_" + name.upper()] for name in names}
