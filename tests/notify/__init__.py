"""Tests of what tells people: real servers on loopback take, refuse, delay and lie."""
