
namespace Precinto.Formats.Pickle;

/// <summary>
/// Attributes of an instance that Python, an unpickler or NumPy look up to decide what the object is and does. Other names between double
/// underscores (<c>__overloads__</c>, <c>__constants__</c>, <c>__mpl_version__</c>) are libraries' own notes.
/// </summary>
internal static class SpecialNames
{
    private static readonly HashSet<string> Deciding = (
        // What restores, copies or makes an object.
        "setstate getstate reduce reduce_ex getnewargs getnewargs_ex copy deepcopy new init init_subclass del class dict slots weakref bases base mro subclasses subclasscheck "
        + "instancecheck subclasshook class_getitem set_name prepare "
        // What reads and writes attributes.
        + "getattr getattribute setattr delattr dir get set delete "
        // What calls, compares, converts, iterates.
        + "call await enter exit aenter aexit eq ne lt le gt ge hash bool len length_hint iter next aiter anext reversed contains missing getitem setitem delitem "
        + "str repr bytes format int float complex index round trunc floor ceil fspath sizeof buffer release_buffer neg pos abs invert "
        + "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rlshift rrshift rand ror rxor "
        + "iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor "
        // What leads to code and modules.
        + "code globals builtins import loader spec func self wrapped path file build_class "
        // What NumPy and PyTorch take for the memory behind an object, or for how to work with it.
        + "array array_interface array_struct array_ufunc array_function array_wrap array_prepare array_finalize cuda_array_interface dlpack dlpack_device "
        + "torch_function torch_dispatch dataframe").Split(' ').Select(name => $"__{name}__").ToHashSet(StringComparer.Ordinal);

    public static bool Decides(string? name) => name is ['_', '_', ..] && Deciding.Contains(name);
}
