"""The cities that are nearest to a place, from a table that travels with the action."""

from gazetteer import read_cities
from sphere import distance_km

CITIES = read_cities("cities.csv")  # once: the process stays for the next activation


def main(args):
    try:
        here = float(args["lat"]), float(args["lon"])
        count = int(args.get("count", 3))
    except (KeyError, TypeError, ValueError):
        return {"error": "lat and lon have to be numbers in degrees, e.g. {\"lat\": 48.2, \"lon\": 16.4}"}

    by_distance = sorted(CITIES, key=lambda city: distance_km(here, city.place))
    nearest = [{**city.as_json(), "km": round(distance_km(here, city.place))} for city in by_distance[:count]]
    print(f"searched {len(CITIES)} cities around {here}")
    return {"nearest": nearest}
