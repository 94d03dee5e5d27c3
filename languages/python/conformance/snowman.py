def main(args):
    winter = args["delimiter"] + " ☃ " + args["delimiter"]
    print(winter)
    return {"winter": winter}
