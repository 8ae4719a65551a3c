"""The peers: the same job as a good engineer of each tool would write it, one program each.

Each is run in a process of its own and prints one JSON object. None halts assets, checks
splits, keeps raw bytes of held lines, hashes the manifest or syncs its files to disk, which
`royalty ingest` does within its time.
"""
