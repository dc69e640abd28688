#!/usr/bin/python3
"""Writes model files that nobody forged, with whatever libraries this Python has: benign-models.py FOLDER [GROUP...]

An inspector that cries wolf is switched off; every one of these files must be clean. Names of files begin with the group.
"""
import importlib
import os
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
# What each group needs, and which function of eng/benign writes it.
GROUPS = {
    "sklearn": ("sklearn", "scikit.write_estimators"), "joblib": ("sklearn", "scikit.write_joblib"), "settings": ("sklearn", "scikit.write_settings"),
    "python": ("sys", "arrays.write_python"), "numpy": ("numpy", "arrays.write_numpy"), "scipy": ("scipy", "arrays.write_scipy"), "pandas": ("pandas", "arrays.write_pandas"),
    "torch": ("torch", "networks.write_torch"), "torchscript": ("torch", "networks.write_script"), "xgboost": ("xgboost", "graphs.write_xgboost"), "onnx": ("onnx", "graphs.write_onnx"),
    "h5py": ("h5py", "graphs.write_h5py"), "tables": ("tables", "hdf.write_tables"), "archives": ("numpy", "archives.write_archives"), "texts": ("yaml", "texts.write_texts"),
}


def main(arguments):
    if not arguments or arguments[0].startswith("-") or any(name not in GROUPS for name in arguments[1:]):
        print(f"benign-models.py FOLDER [{'|'.join(GROUPS)}]...", file=sys.stderr)
        return 2
    warnings.simplefilter("ignore")
    sys.path.insert(0, os.path.join(HERE, "benign"))
    sys.dont_write_bytecode = True
    forge = importlib.import_module("forge")
    for name in arguments[1:] or GROUPS:
        library, writer = GROUPS[name]
        try:
            importlib.import_module(library)
        except ImportError:
            print(f"{library} is absent", file=sys.stderr)
            continue
        module, function = writer.split(".")
        getattr(importlib.import_module(module), function)(forge.Forge(arguments[0], name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
