"""Where the files of one library go, and how they are written."""
import os
import pickle

PROTOCOLS = (0, 1, 2, 3, 4, 5)


class Forge:
    """Writes files whose names begin with the library's. A value that an old protocol cannot hold is left out there: the library refuses it to everybody."""

    def __init__(self, folder, prefix):
        self.folder, self.prefix = folder, prefix

    def path(self, name):
        path = os.path.join(self.folder, f"{self.prefix}-{name}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def bytes(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())

    def pickles(self, name, value, protocols=PROTOCOLS, dumps=pickle.dumps):
        for protocol in protocols:
            try:
                data = dumps(value, protocol)
            except (TypeError, ValueError, AttributeError, NotImplementedError, RecursionError, pickle.PicklingError):
                continue
            self.bytes(f"{name}-{protocol}.pkl", data)
