"""Places that are known without a network.

cities.csv: Korean cities and the world's large ones, from GeoNames (geonames.org, CC BY 4.0), largest first, Korea's
before others'; Korean names looked through by hand. normals.csv: what each month is usually like at 131 stations,
"low:high" in whole degrees, after the 1991-2020 normals that weather services publish, rounded and written by hand.
"""
