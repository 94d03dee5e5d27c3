print("loaded")


def main(args):
    return args
