"""Reads the table of cities."""

import csv
from pathlib import Path
from typing import NamedTuple


class City(NamedTuple):
    name: str
    country: str
    place: tuple[float, float]  # latitude and longitude in degrees

    def as_json(self):
        return {"city": self.name, "country": self.country}


def read_cities(name):
    with open(Path(__file__).with_name(name), encoding="utf-8", newline="") as table:
        return [
            City(row["city"], row["country"], (float(row["lat"]), float(row["lon"])))
            for row in csv.DictReader(table)
        ]
