import os


def main(args):
    return {name: os.environ.get(name, "(unset)") for name in args["names"]}
