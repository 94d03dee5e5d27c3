def niam(args):
    return args
