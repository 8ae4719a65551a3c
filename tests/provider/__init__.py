"""A provider to fetch from: real HTTP on loopback, with every fault that providers have."""
