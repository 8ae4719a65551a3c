"""What the pipeline must reach, measured against its peers: `python -m tests.bench`."""
