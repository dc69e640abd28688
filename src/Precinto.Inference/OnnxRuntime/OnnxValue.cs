using System.Runtime.InteropServices;
using System.Text;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>A tensor, or a sequence or map of tensors, that goes into a model or comes out of it.</summary>
internal sealed unsafe class OnnxValue : IDisposable
{
    private readonly OnnxHandle _handle;
    private GCHandle _pin;

    /// <param name="value">An <c>OrtValue</c>, which is released with this.</param>
    public OnnxValue(nint value) => _handle = new(value, OnnxFunction.ReleaseValue);

    private OnnxValue(nint value, GCHandle pin)
        : this(value) => _pin = pin;

    /// <summary>The <c>OrtValue</c>; it is there as long as this is not disposed.</summary>
    public nint Address => _handle.DangerousGetHandle();

    public OnnxKind Kind
    {
        get
        {
            // An optional output that a model leaves empty may be no value at all.
            if (_handle.IsInvalid)
                return OnnxKind.Unknown;
            int kind;
            OnnxInterface.Check(((delegate* unmanaged<nint, int*, nint>)OnnxInterface.Function(OnnxFunction.GetValueType))(Address, &kind));
            return (OnnxKind)kind;
        }
    }

    /// <summary>How many values a sequence or map holds; a map holds its keys and its values.</summary>
    public long Count
    {
        get
        {
            nuint count;
            OnnxInterface.Check(((delegate* unmanaged<nint, nuint*, nint>)OnnxInterface.Function(OnnxFunction.GetValueCount))(Address, &count));
            return checked((long)count);
        }
    }

    /// <summary>A tensor over numbers or truth values, which stay where they are until this is disposed.</summary>
    public static OnnxValue From<T>(T[] elements, OnnxElementType type, long[] shape)
        where T : unmanaged
    {
        var pin = GCHandle.Alloc(elements, GCHandleType.Pinned);
        try
        {
            nint value;
            fixed (long* dimensions = shape)
                OnnxInterface.Check(((delegate* unmanaged<nint, nint, nuint, long*, nuint, int, nint*, nint>)OnnxInterface.Function(OnnxFunction.CreateTensorWithDataAsOrtValue))(
                    OnnxInterface.Memory, pin.AddrOfPinnedObject(), checked((nuint)elements.Length * (nuint)sizeof(T)), dimensions, (nuint)shape.Length, (int)type, &value));
            return new(value, pin);
        }
        catch
        {
            pin.Free();
            throw;
        }
    }

    /// <summary>A tensor of texts.</summary>
    public static OnnxValue From(string[] texts, long[] shape)
    {
        nint made;
        fixed (long* dimensions = shape)
            OnnxInterface.Check(((delegate* unmanaged<nint, long*, nuint, int, nint*, nint>)OnnxInterface.Function(OnnxFunction.CreateTensorAsOrtValue))(
                OnnxInterface.Allocator, dimensions, (nuint)shape.Length, (int)OnnxElementType.String, &made));
        OnnxValue value = new(made);
        try
        {
            for (var index = 0; index < texts.Length; index++)
            {
                // A text may hold a zero, so its length is stated.
                var bytes = Encoding.UTF8.GetBytes(texts[index]);
                byte* buffer;
                OnnxInterface.Check(((delegate* unmanaged<nint, nuint, nuint, byte**, nint>)OnnxInterface.Function(OnnxFunction.GetResizedStringTensorElementBuffer))(
                    made, (nuint)index, (nuint)bytes.Length, &buffer));
                bytes.CopyTo(new Span<byte>(buffer, bytes.Length));
            }

            return value;
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }

    /// <summary>One of the values of a sequence or map, for the caller to dispose.</summary>
    public OnnxValue Item(int index)
    {
        nint item;
        OnnxInterface.Check(((delegate* unmanaged<nint, int, nint, nint*, nint>)OnnxInterface.Function(OnnxFunction.GetValue))(Address, index, OnnxInterface.Allocator, &item));
        return new(item);
    }

    /// <summary>What a tensor is made of.</summary>
    public OnnxShape Shape()
    {
        nint made;
        OnnxInterface.Check(((delegate* unmanaged<nint, nint*, nint>)OnnxInterface.Function(OnnxFunction.GetTensorTypeAndShape))(Address, &made));
        using OnnxHandle information = new(made, OnnxFunction.ReleaseTensorTypeAndShapeInfo);
        return OnnxShape.Read(made);
    }

    /// <summary>A copy of a tensor's numbers.</summary>
    /// <param name="shape">What <see cref="Shape"/> says, whose element type is that of <typeparamref name="T"/>.</param>
    public T[] ToArray<T>(OnnxShape shape)
        where T : unmanaged
    {
        void* data;
        OnnxInterface.Check(((delegate* unmanaged<nint, void**, nint>)OnnxInterface.Function(OnnxFunction.GetTensorMutableData))(Address, &data));
        return new ReadOnlySpan<T>(data, Elements(shape)).ToArray();
    }

    /// <summary>A copy of a tensor's texts.</summary>
    public string[] ToTexts(OnnxShape shape)
    {
        nuint length;
        OnnxInterface.Check(((delegate* unmanaged<nint, nuint*, nint>)OnnxInterface.Function(OnnxFunction.GetStringTensorDataLength))(Address, &length));
        var texts = new string[Elements(shape)];
        if (texts.Length == 0)
            return texts;

        // The runtime takes no null for the place of texts that are all empty.
        var bytes = new byte[checked((int)length) + 1];
        var starts = new nuint[texts.Length];
        fixed (byte* buffer = bytes)
        fixed (nuint* offsets = starts)
            OnnxInterface.Check(((delegate* unmanaged<nint, void*, nuint, nuint*, nuint, nint>)OnnxInterface.Function(OnnxFunction.GetStringTensorContent))(
                Address, buffer, length, offsets, (nuint)starts.Length));
        for (var index = 0; index < texts.Length; index++)
        {
            var end = index + 1 < starts.Length ? starts[index + 1] : length;
            texts[index] = Encoding.UTF8.GetString(bytes.AsSpan((int)starts[index]..(int)end));
        }

        return texts;
    }

    public void Dispose()
    {
        _handle.Dispose();
        if (_pin.IsAllocated)
            _pin.Free();
    }

    private static int Elements(OnnxShape shape)
    {
        long count = 1;
        foreach (var dimension in shape.Dimensions)
        {
            count = dimension is >= 0 and <= int.MaxValue ? checked(count * dimension) : int.MaxValue;
            if (count >= int.MaxValue)
                throw new OnnxRuntimeException($"an answer of [{string.Join(", ", shape.Dimensions)}] has more elements than can be read");
        }

        return (int)count;
    }
}
