"""How untrusted text comes in: files, git, YAML and schemas."""
