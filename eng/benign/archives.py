"""Models in archives as people pack them: zip, tar and their compressions, 7z, OCI image layouts and the archives of model servers."""
import bz2
import gzip
import hashlib
import io
import itertools
import json
import lzma
import os
import pickle
import shutil
import subprocess
import tarfile
import tempfile
import zipfile

import numpy

SEVEN = shutil.which("7zz") or shutil.which("7z")


def contents():
    arrays, packed = io.BytesIO(), io.BytesIO()
    numpy.savez(arrays, a=numpy.ones(3))
    numpy.savez_compressed(packed, a=numpy.ones(300))
    return {"model.pkl": pickle.dumps({"weights": numpy.ones((8, 8))}), "arrays.npz": arrays.getvalue(), "packed.npz": packed.getvalue(), "config.json": b'{"model_type": "bert"}',
            "weights/layer.0.npy": npy(), "weights/é.npy": npy()}


def npy():
    file = io.BytesIO()
    numpy.save(file, numpy.arange(10.))
    return file.getvalue()


def write_archives(forge):
    members = contents()
    for name, method in {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED}.items():
        write_zip(forge.path(f"{name}.zip"), members, method)
        for member, data in members.items():
            write_zip(forge.path(f"{name}-{os.path.basename(member)}.zip"), {member: data}, method)
    write_zip(forge.path("folders.zip"), {"weights/": b"", **members}, zipfile.ZIP_DEFLATED)
    with open(forge.path("streamed.zip"), "wb") as file, zipfile.ZipFile(Unseekable(file), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.pkl", members["model.pkl"])
    formats = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
    for (name, form), method in itertools.product(formats.items(), ("", "gz", "bz2", "xz")):
        write_tar({"name": forge.path(f"{name}.tar" + (method and "." + method))}, {**members, "d" * 90 + "/" + "m" * 90 + ".npy": npy()}, f"w:{method}", form)
    for name, compress in {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE)}.items():
        forge.bytes(f"alone.pkl.{name}", compress(members["model.pkl"]))
    forge.bytes("twice.pkl.gz", gzip.compress(members["model.pkl"][:50]) + gzip.compress(members["model.pkl"][50:]))
    inner = io.BytesIO()
    write_zip(inner, members, zipfile.ZIP_DEFLATED)
    write_zip(forge.path("nested.zip"), {"inner.zip": inner.getvalue(), "model.npy": npy()}, zipfile.ZIP_STORED)
    if SEVEN:
        write_sevens(forge, members)
    for media in ("application/vnd.cncf.model.weight.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip"):
        name = "gzip" if media.endswith("gzip") else "plain"
        write_layout(forge.path(f"layout-{name}"), members, media)
        with tarfile.open(forge.path(f"layout-{name}.tar"), "w") as archive:
            archive.add(forge.path(f"layout-{name}"), ".", filter=anonymous)


class Unseekable(io.RawIOBase):
    """A pipe: what is written to it has its sizes behind each member."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def write_zip(file, members, method):
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def write_tar(place, members, mode, form):
    with tarfile.open(**place, mode=mode, format=form) as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def write_sevens(forge, members):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in members.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        options = {method: [f"-m0={method}"] for method in ("LZMA", "LZMA2", "Deflate", "BZip2", "Copy")} | {
            "solid": ["-ms=on"], "alone": ["-ms=off"], "plain": ["-mhc=off"], "best": ["-mx=9"], "bare": ["-mtm=off"]}
        for name, option in options.items():
            path = os.path.abspath(forge.path(f"{name}.7z"))
            if os.path.exists(path):
                os.remove(path)
            subprocess.run([SEVEN, "a", "-bd", "-bso0", *option, path, "."], cwd=folder, check=True)


def write_layout(folder, members, media):
    def blob(data):
        digest = hashlib.sha256(data).hexdigest()
        os.makedirs(os.path.join(folder, "blobs", "sha256"), exist_ok=True)
        with open(os.path.join(folder, "blobs", "sha256", digest), "wb") as file:
            file.write(data)
        return {"digest": "sha256:" + digest, "size": len(data)}

    layer = io.BytesIO()
    write_tar({"fileobj": layer}, members, "w:gz" if media.endswith("gzip") else "w", tarfile.PAX_FORMAT)
    kind = "application/vnd.cncf.model." if "model" in media else "application/vnd.oci.image."
    config = {"mediaType": kind + "config.v1+json", **blob(json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}).encode())}
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [{"mediaType": media, **blob(layer.getvalue())}]}
    index = {"schemaVersion": 2, "manifests": [{"mediaType": manifest["mediaType"], **blob(json.dumps(manifest).encode())}]}
    for name, value in {"oci-layout": {"imageLayoutVersion": "1.0.0"}, "index.json": index}.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(value, file)


def anonymous(member):
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
