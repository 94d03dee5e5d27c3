def main(args):
    return "no object"
