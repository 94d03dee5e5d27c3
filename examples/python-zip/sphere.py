"""Distances on a globe."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371


def distance_km(one, other):
    """Along the great circle (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half_chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half_chord))
