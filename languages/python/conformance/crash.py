import sys


def main(args):
    if "crash" in args:
        sys.exit(1)
    return args
