"""Turns the frequent messages of Ansible, SSH, DNS, sudo, apt, libvirt and daemons into one line for an administrator.

The lines are in Bahasa Indonesia, for they are shown at gates. Nothing is lost: the raw message stays in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_LONGEST = 300


class _Saying(NamedTuple):
    """A known message and what to say instead; named groups of the pattern may be used in the text."""

    pattern: re.Pattern[str]
    text: str


def _saying(pattern: str, text: str) -> _Saying:
    """Make a saying that ignores case, but for ``(?-i:…)``: DNS's REFUSED is a code, "refused" is in any sentence."""
    return _Saying(re.compile(pattern, re.IGNORECASE | re.DOTALL), text)


_SAYINGS: tuple[_Saying, ...] = (
    _saying(
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed"
        r"|Host key for \S+ (?:has changed|does not match)|Host key mismatch",
        "kunci host SSH tidak cocok dengan known_hosts; pastikan host ini asli, lalu perbarui known_hosts",
    ),
    _saying(
        r"connect to host (?P<address>\S+) port (?P<port>\d+): Connection refused",
        "tidak terjangkau: SSH di {address} port {port} menolak koneksi (layanan SSH mati atau diblokir)",
    ),
    _saying(
        r"connect to host (?P<address>\S+) port (?P<port>\d+): (?:No route to host|Network is unreachable)",
        "tidak terjangkau: tidak ada jalur jaringan ke {address} port {port} (host mati atau alamat salah)",
    ),
    _saying(
        r"connect to host (?P<address>\S+) port (?P<port>\d+): (?:Connection|Operation) timed out"
        r"|Connection to (?P<address2>\S+) timed out|Connection timed out during banner exchange",
        "tidak terjangkau: {address} port {port} tidak menjawab sampai batas waktu",
    ),
    _saying(
        r"Could not resolve hostname (?P<address>[^\s:]+)",
        "tidak terjangkau: nama {address} tidak dikenal DNS; periksa inventory",
    ),
    _saying(
        r"Invalid/incorrect (?:username/)?password",
        "masuk lewat SSH ditolak: pengguna atau kata sandi yang diserahkan untuk host ini salah",
    ),
    _saying(
        r"(?:(?P<user>[\w.-]+)@(?P<address>\S+): )?Permission denied \((?P<ways>[a-z,\-]*publickey[a-z,\-]*)\)",
        "masuk lewat SSH ditolak untuk {user}@{address}; periksa kunci SSH dan nama pengguna Ansible",
    ),
    _saying(
        r"Too many authentication failures",
        "masuk lewat SSH ditolak: terlalu banyak kunci dicoba; tetapkan satu kunci di inventory",
    ),
    _saying(
        r"Load key \"?(?P<file>[^\":]+)\"?: (?P<why>[^\r\n]+)",
        "kunci SSH {file} tidak dapat dipakai ({why})",
    ),
    _saying(
        r"UNPROTECTED PRIVATE KEY FILE",
        "kunci SSH diabaikan karena dapat dibaca pengguna lain; ubah haknya menjadi 0600",
    ),
    _saying(
        r"Incorrect sudo password",
        "hak sudo tidak diberikan: kata sandi yang diserahkan bukan kata sandi sudo di host ini",
    ),
    _saying(
        r"sudo: a password is required|Missing sudo password|not in the sudoers file"
        r"|user \S+ is not allowed to execute|Timeout .{0,40}waiting for privilege escalation",
        "hak sudo tidak cukup: pengguna Ansible harus boleh sudo tanpa kata sandi di host ini",
    ),
    _saying(
        r"(?-i:TSIG[^\r\n]*(?:PeerBadKey|BADKEY)|BADKEY)",
        "server DNS menolak perubahan: nama kunci TSIG tidak dikenal server (BADKEY)",
    ),
    _saying(
        r"(?-i:TSIG[^\r\n]*(?:PeerBadSignature|BADSIG)|BADSIG)",
        "server DNS menolak perubahan: rahasia kunci TSIG salah (BADSIG)",
    ),
    _saying(
        r"(?-i:TSIG[^\r\n]*(?:PeerBadTime|BADTIME)|BADTIME)",
        "server DNS menolak perubahan: jam kedua mesin berbeda (BADTIME); periksa NTP",
    ),
    _saying(r"TSIG key error", "kunci TSIG tidak dapat dibaca; rahasianya harus berbentuk base64"),
    _saying(
        r"(?-i:\bNOTAUTH\b)|Failed to (?:create|update|delete) (?:DNS )?record \(rc: 9\)",
        "server DNS menolak perubahan: server ini tidak berwenang atas zona tersebut (NOTAUTH)",
    ),
    _saying(
        r"will not respond to queries regarding '(?P<record>[^']+)'|(?-i:\bREFUSED\b)"
        r"|Failed to (?:create|update|delete) (?:DNS )?record \(rc: 5\)",
        "server DNS menolak perubahan (REFUSED): kunci ini tidak boleh mengubah nama tersebut; periksa update-policy",
    ),
    _saying(
        r"DNS server error: \((?P<kind>Timeout|\w*Refused\w*|OSError|timeout)[^)]*\)",
        "server DNS tidak menjawab ({kind}); periksa alamat server DNS dan layanannya",
    ),
    _saying(
        r"nginx: \[(?:emerg|crit|alert)\] (?P<why>[^\r\n]+)",
        "konfigurasi nginx ditolak (nginx -t): {why}",
    ),
    _saying(
        r"put back as it was: (?P<program>/usr/sbin/(?:sshd|nft|visudo|php-fpm[\d.]*)) [^:\r\n]*: (?P<why>[^\r\n]+)",
        "setelan baru ditolak {program} dan dikembalikan seperti semula: {why}",
    ),
    _saying(
        r"Timeout when waiting for (?:search string \S+ in )?(?P<address>\d[\d.]+):(?P<port>\d+)(?! to)",
        "{address} port {port} belum menjawab sampai batas waktu; mesin masih menyala, mati, atau alamatnya salah",
    ),
    _saying(
        r"failed to connect to the hypervisor|Failed to connect socket to '[^']*libvirt",
        "libvirt di {host} tidak menjawab; periksa layanan libvirtd",
    ),
    _saying(
        r"cannot set up guest memory|qemu[^\r\n]*: Cannot allocate memory",
        "memori hypervisor tidak cukup untuk mesin ini; kecilkan atau matikan mesin lain dahulu",
    ),
    _saying(
        r"Failed to get \"\w+\" lock", "disk mesin virtual sedang dipakai proses lain; tunggu sampai mesin itu mati"
    ),
    _saying(
        r"error: Failed to start domain '?(?P<guest>[\w.-]+)'?\s+error: (?P<why>[^\r\n]+)",
        "libvirt tidak dapat memulai {guest}: {why}",
    ),
    _saying(r"Disk quota exceeded", "kuota ruang di host habis (Disk quota exceeded)"),
    _saying(
        r"unable to connect to database|Can't connect to (?:local )?(?:MySQL |MariaDB )?server",
        "MariaDB di {host} tidak menjawab; periksa layanan mariadb",
    ),
    _saying(
        r"dpkg was interrupted",
        "pemasangan paket sebelumnya terputus; jalankan 'dpkg --configure -a' di host, lalu coba lagi",
    ),
    _saying(r"No package matching '(?P<package>[^']+)' is available", "paket {package} tidak ada di gudang paket host"),
    _saying(
        r"Failed to update apt cache|Failed to fetch \S+://|Temporary failure resolving",
        "paket tidak dapat diambil: gudang paket tidak terjangkau dari host; periksa jaringan dan DNS-nya",
    ),
    _saying(
        r"Could not get lock /var/(?:lib|cache)/(?:dpkg|apt)\S*|Unable to acquire the dpkg frontend lock",
        "paket tidak dapat dipasang: apt sedang dipakai proses lain; coba lagi nanti",
    ),
    _saying(r"No space left on device", "penyimpanan di host penuh (No space left on device)"),
    _saying(r"Read-only file system", "penyimpanan di host hanya dapat dibaca (Read-only file system)"),
    _saying(
        r"/python3?[\d.]*: (?:not found|No such file)|interpreter '[^']+' was not found",
        "Python 3 tidak ada di host; pasang paket python3",
    ),
    _saying(
        r"Validation of arguments failed:?\s*(?P<why>[^\r\n]+)",
        "isian playbook tidak sah: {why}",
    ),
    _saying(r"'(?P<variable>[^']+)' is undefined", "isian playbook kurang: variabel {variable} belum ditetapkan"),
    _saying(
        r"leaves us with no hosts to target|no hosts matched",
        "tidak ada host di inventory yang cocok, sehingga tidak ada yang dikerjakan",
    ),
    _saying(r"the playbook: (?P<file>\S+) could not be found", "playbook {file} tidak ada"),
    _saying(
        r"the output has been hidden due to the fact that 'no_log",
        "gagal; keluarannya disembunyikan karena memuat rahasia (no_log)",
    ),
)


def explain(raw: str, *, host: str = "") -> str:
    """Say a raw message in one line; an unknown one is given back shortened to its first telling line."""
    for saying in _SAYINGS:
        found = saying.pattern.search(raw)
        if found:
            values = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
            known = {"address": host or "host", "host": host or "host", "user": "pengguna", "port": "22"} | values
            return _one_line(saying.text.format(**known))
    return _one_line(raw) or "gagal tanpa pesan"


def raw_message(result: Mapping[str, Any]) -> str:
    """Gather what a task's result says about its failure, the most telling part last."""
    parts = [str(result.get("msg") or "")]
    parts += [str(result.get(key) or "") for key in ("stderr", "module_stderr", "dns_rc_str", "reason", "censored")]
    if not any(part for part in parts[1:]):
        parts.append(str(result.get("stdout") or result.get("module_stdout") or ""))
    return "\n".join(part.strip() for part in parts if part.strip())


def _one_line(text: str) -> str:
    """Return a text as one line of bounded length."""
    line = " ".join(text.split()).removeprefix("Task failed: ").removeprefix("Module failed: ")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
