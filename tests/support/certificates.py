"""A certificate authority of one test's own."""
import pathlib
import subprocess


class Authority:
    """Its certificate is `folder`/ca.pem."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "ca.pem"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=Test CA", "-keyout", "ca.key",
                      "-out", "ca.pem")

    def issue(self, names, certificate="its.pem", key="its.key", days=1, bits=2048):
        """A certificate for these ("DNS:api.example.cl", "IP:127.0.0.1"), as two files of the folder, written as a whole each."""
        self._openssl("req", "-newkey", f"rsa:{bits}", "-nodes", "-subj", "/CN=test", "-addext", "subjectAltName=" + ",".join(names),
                      "-keyout", "new.key", "-out", "new.csr")
        self._openssl("x509", "-req", "-in", "new.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", str(days),
                      "-copy_extensions", "copy", "-out", "new.pem")
        (self.folder / "new.key").rename(self.folder / key)
        (self.folder / "new.pem").rename(self.folder / certificate)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
