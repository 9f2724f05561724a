"""Places that are known without a network.

cities.csv: Korean cities and the world's large ones, from GeoNames (geonames.org, CC BY 4.0), largest first, Korea's
before others'; Korean names chosen by rule, those of Korea and of the largest read through. normals.csv: roughly what
each month is usually like at 131 places, "low:high" in whole degrees, written by hand from no one table: good for
choosing a coat, not for a climate record.
"""
