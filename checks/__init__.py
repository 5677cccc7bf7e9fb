"""WHETHER what was found holds: schemas, rules, bounds, and what becomes of what does not.

Imports `transforms.model` only.
"""
