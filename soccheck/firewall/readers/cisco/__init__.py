"""Cisco ASA and IOS."""
