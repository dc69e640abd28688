using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>Single values: Python's own, and numpy's <c>scalar(dtype, bytes)</c>.</summary>
internal static class PickleScalars
{
    public static ScalarValue? TryRead(PickleValue value, PickleDocument document)
    {
        switch (value.Kind)
        {
            case PickleKind.None:
                return ScalarValue.Null;
            case PickleKind.Boolean:
                return ScalarValue.From(value.Boolean!.Value);
            case PickleKind.Integer:
                return ScalarValue.From(value.Integer!.Value);
            case PickleKind.Real:
                return ScalarValue.From(value.Real!.Value);
            case PickleKind.Text when value.Text is { } text:
                return ScalarValue.From(text);
        }

        if (value.Object is not { Class: { Name: "scalar", Module: "numpy.core.multiarray" or "numpy._core.multiarray" } } scalar
            || scalar.Arguments.Tuple is not { Items: [var dtype, var data] }
            || PickledDataType.TryRead(dtype) is not { Fields.Count: 0 } type)
            return null;

        byte[]? bytes = data.Bytes is { Length: <= 4096 } held ? document.ReadBytes(held, 4096)
            : data.Text is { Length: <= 4096 } latin ? System.Text.Encoding.Latin1.GetBytes(latin)
            : null;
        return bytes?.Length == type.ItemSize && type.ItemSize > 0 ? NumpyArray.TryScalar(type, bytes) : null;
    }
}
