"""Certificates made by the openssl command: an authority, and what it signs."""

import subprocess


def _openssl(*arguments):
    subprocess.run(["openssl", *(str(a) for a in arguments)], check=True, capture_output=True)


class Pair:
    def __init__(self, folder, name):
        self.certificate = folder / f"{name}.crt"
        self.key = folder / f"{name}.key"


class Authority(Pair):
    def __init__(self, folder, name):
        super().__init__(folder, name)
        self.folder = folder
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", f"/CN={name}",
                 "-addext", "basicConstraints=critical,CA:TRUE",
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def subordinate(self, name):
        """An authority whose certificate this one signs."""
        made = Authority.__new__(Authority)
        Pair.__init__(made, self.folder, name)
        made.folder = self.folder
        self._sign(made, "basicConstraints=critical,CA:TRUE\n", 2)
        return made

    def issue(self, name, alternative="DNS:localhost,IP:127.0.0.1", usage="serverAuth", days=2):
        """With `days` 0 it has expired at once; newer openssl makes none that ended before it began."""
        made = Pair(self.folder, name)
        self._sign(made, f"subjectAltName={alternative}\nextendedKeyUsage={usage}\n", days)
        return made

    def _sign(self, made, extension_lines, days):
        name = made.certificate.stem
        request = self.folder / f"{name}.csr"
        extensions = self.folder / f"{name}.ext"
        # Python asks for the identifier since 3.13.
        extensions.write_text(extension_lines + "authorityKeyIdentifier=keyid\n")
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                 "-CAcreateserial", "-out", made.certificate, "-days", days, "-extfile", extensions)
