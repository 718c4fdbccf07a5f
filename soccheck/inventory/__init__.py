"""The authority's assets, waivers, rulesets and claims, from a folder of YAML files."""
