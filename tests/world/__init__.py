"""A seeded world of test data: a catalog, sample reports and manifests of any size over it."""
