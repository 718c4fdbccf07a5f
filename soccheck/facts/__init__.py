"""What can be known of an asset: the catalogue of facts, their kinds, values and units."""
