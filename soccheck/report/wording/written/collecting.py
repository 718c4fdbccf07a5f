"""What is written where a machine was not asked, or where it is not known which machine answered."""

from __future__ import annotations

from soccheck.phrase import phrase

WRITTEN = (
    phrase("{alias} is its own jump host"),
    phrase("no shell answered the questions; it said: {said}"),
    phrase("the run was interrupted before it answered"),
    phrase("soccheck could not go on with it: {said}"),
    phrase("the session broke off"),
    phrase("the device shows no prompt"),
    phrase(
        "{login} closed the connection before it answered to a key: see its sshd's log; "
        "a Banner of more than 256 KiB is one cause"
    ),
    phrase("ssh_config names a ProxyCommand, which soccheck does not run: use ProxyJump"),
    phrase("the handshake broke off: {said}"),
    phrase("{user} may not log in: {said}"),
    phrase("interrupted"),
    phrase("no answer from {login} in {seconds} s"),
    phrase("{login} refuses the connection"),
    phrase("{login} has no address: {said}"),
    phrase("more than 256 KiB came before the login"),
    phrase("no handshake in {seconds} s"),
    phrase("no algorithm in common: {said}"),
    phrase("no answer to the login in {seconds} s"),
    phrase("jump host {login}: {said}"),
    phrase("unknown host key: {login} offers {kind} {key}; check with: {command}"),
    phrase(
        "unknown host key and no certificate: {login} offers {kind} {key}; check with: {command}"
    ),
    phrase("the key of {login} is revoked: {said}"),
    phrase("host certificate refused: {said}"),
    phrase(
        "CHANGED host key: {login} offers {kind} {key}, known is {known}; check with: {command}"
    ),
    phrase("{path} cannot be read: {said}"),
    phrase("{path} is a binary list of revoked keys: write one a line"),
    phrase(
        "no address: give it addresses or ssh.address in the inventory, or HostName in ssh_config"
    ),
    phrase("the jump hosts of {login} lead in a circle"),
    phrase("ssh_config says what is not followed: {said}"),
    phrase("ssh_config cannot be understood: {said}"),
    phrase("ssh_config allows nothing that soccheck has: {keyword} {said}; it has {usual}"),
    phrase("ssh_config: the variable of {said} is not followed"),
    phrase("ssh_config: {said} is no port"),
    phrase("{jumps} names no jump host: write [user@]name[:port]"),
    phrase("{place}: no public key: write KIND KEY"),
    phrase("ssh_config: {token} of {said} is not followed"),
    phrase("the connection was lost: {said}"),
    phrase("the machine did not answer in time"),
    phrase("the raw answers were redacted"),
    phrase("its rules were not asked for"),
    phrase("no command was asked"),
    phrase("the inventory has it at another address now"),
    phrase("no host key is kept with its answers"),
    phrase("where it was asked is not told"),
    phrase("collected for {folder}, and this is another state of {other}"),
    phrase("{probe} probe at {place}"),
    phrase("its raw answers do not tell it"),
    phrase("its raw answers say {value}, which was left out"),
    phrase("its raw answers say {value}, not {other}"),
    phrase("{names} answered with the same host key {key}"),
    phrase("{names} answered with the same machine-id {digest}"),
    phrase("{names} answered with the same address {address}"),
    phrase("{names} answered with the same network cards {cards}"),
    phrase("{names} answered with the same configuration"),
    phrase(
        "neither it nor {names} told a machine-id (systemd-machine-id-setup makes one) or network cards "
        "(ip -j addr)"
    ),
    phrase(
        "neither it nor {names} told a machine-id (MachineGuid) or network cards (Get-NetAdapter)"
    ),
)
