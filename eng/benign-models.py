#!/usr/bin/python3
"""Writes model files that nobody forged, with whatever libraries this Python has: benign-models.py FOLDER [GROUP...]

An inspector that cries wolf is switched off; every one of these files must be clean. Names of files begin with the group.
"""
import importlib
import os
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
# Which libraries each group needs, and which function of eng/benign writes it.
GROUPS = {
    "sklearn": ("sklearn joblib", "scikit.write_estimators"), "joblib": ("sklearn joblib", "scikit.write_joblib"),
    "settings": ("sklearn joblib", "scikit.write_settings"), "python": ("sys", "arrays.write_python"), "numpy": ("numpy", "arrays.write_numpy"),
    "scipy": ("numpy scipy", "arrays.write_scipy"), "pandas": ("numpy pandas", "arrays.write_pandas"), "torch": ("numpy torch", "networks.write_torch"),
    "torchscript": ("numpy torch", "networks.write_script"), "xgboost": ("numpy xgboost", "graphs.write_xgboost"), "onnx": ("numpy onnx", "graphs.write_onnx"),
    "h5py": ("numpy h5py", "graphs.write_h5py"), "tables": ("numpy tables", "hdf.write_tables"), "archives": ("numpy", "archives.write_archives"), "texts": ("numpy yaml", "texts.write_texts"),
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
        libraries, writer = GROUPS[name]
        absent = [library for library in libraries.split() if not is_there(library)]
        if absent:
            print(f"{name} is left out: {' and '.join(absent)} is absent", file=sys.stderr)
            continue
        module, function = writer.split(".")
        getattr(importlib.import_module(module), function)(forge.Forge(arguments[0], name))
    return 0


def is_there(library):
    try:
        importlib.import_module(library)
        return True
    except ImportError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
