"""WHETHER what was found holds: schemas, rules, bounds, and what happens where they do not. Imports `transforms.model` only."""
