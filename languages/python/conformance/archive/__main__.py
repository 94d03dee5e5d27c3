from helper import read


def main(args):
    return {"data": read("data.txt")}
