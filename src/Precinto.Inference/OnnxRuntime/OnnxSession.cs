using System.Text;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>A model that ONNX Runtime has loaded. Several threads may run it at once.</summary>
internal sealed unsafe class OnnxSession : IDisposable
{
    private readonly OnnxHandle _handle;
    private readonly byte[][] _inputNames;
    private readonly byte[][] _outputNames;

    /// <exception cref="OnnxRuntimeException">The runtime cannot load the model.</exception>
    public OnnxSession(byte[] model, OnnxSessionOptions options)
    {
        nint session;
        fixed (byte* start = model)
            OnnxInterface.Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)OnnxInterface.Function(OnnxFunction.CreateSessionFromArray))(
                OnnxInterface.Environment, start, (nuint)model.Length, options.Address, &session));
        _handle = new(session, OnnxFunction.ReleaseSession);
        try
        {
            _inputNames = Names(OnnxFunction.SessionGetInputCount, OnnxFunction.SessionGetInputName);
            _outputNames = Names(OnnxFunction.SessionGetOutputCount, OnnxFunction.SessionGetOutputName);
            InputNames = Array.ConvertAll(_inputNames, Decode);
            OutputNames = Array.ConvertAll(_outputNames, Decode);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> InputNames { get; }

    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>The type of an input's elements and its dimensions, or null for what is no tensor.</summary>
    public OnnxShape? InputShape(int index)
    {
        nint made, tensor;
        int kind;
        OnnxInterface.Check(((delegate* unmanaged<nint, nuint, nint*, nint>)OnnxInterface.Function(OnnxFunction.SessionGetInputTypeInfo))(_handle.DangerousGetHandle(), (nuint)index, &made));
        using OnnxHandle information = new(made, OnnxFunction.ReleaseTypeInfo);
        OnnxInterface.Check(((delegate* unmanaged<nint, int*, nint>)OnnxInterface.Function(OnnxFunction.GetOnnxTypeFromTypeInfo))(made, &kind));
        if ((OnnxKind)kind != OnnxKind.Tensor)
            return null;
        // A part of the information, which is released with it.
        OnnxInterface.Check(((delegate* unmanaged<nint, nint*, nint>)OnnxInterface.Function(OnnxFunction.CastTypeInfoToTensorInfo))(made, &tensor));
        return OnnxShape.Read(tensor);
    }

    /// <summary>Computes all outputs, for the caller to dispose.</summary>
    /// <param name="inputs">One value for each input, in the order of <see cref="InputNames"/>.</param>
    /// <exception cref="OnnxRuntimeException">The runtime cannot compute.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public IReadOnlyList<OnnxValue> Run(IReadOnlyList<OnnxValue> inputs)
    {
        var values = new nint[inputs.Count];
        for (var index = 0; index < values.Length; index++)
            values[index] = inputs[index].Address;
        var answers = new nint[_outputNames.Length];

        // Another thread may dispose the session meanwhile; its memory then waits for the end of this run.
        var isHeld = false;
        _handle.DangerousAddRef(ref isHeld);
        try
        {
            fixed (nint* inputNames = Addresses(_inputNames))
            fixed (nint* outputNames = Addresses(_outputNames))
            fixed (nint* start = values)
            fixed (nint* answersStart = answers)
                OnnxInterface.Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)OnnxInterface.Function(OnnxFunction.Run))(
                    _handle.DangerousGetHandle(), 0, inputNames, start, (nuint)values.Length, outputNames, (nuint)answers.Length, answersStart));
        }
        finally
        {
            _handle.DangerousRelease();
            GC.KeepAlive(inputs);
        }

        return Array.ConvertAll(answers, answer => new OnnxValue(answer));
    }

    public void Dispose() => _handle.Dispose();

    // The runtime's own bytes go back to it, zero-terminated, in arrays that are never moved.
    private byte[][] Names(OnnxFunction countOf, OnnxFunction nameOf)
    {
        nuint count;
        OnnxInterface.Check(((delegate* unmanaged<nint, nuint*, nint>)OnnxInterface.Function(countOf))(_handle.DangerousGetHandle(), &count));
        var names = new byte[checked((int)count)][];
        for (var index = 0; index < names.Length; index++)
        {
            byte* name;
            OnnxInterface.Check(((delegate* unmanaged<nint, nuint, nint, byte**, nint>)OnnxInterface.Function(nameOf))(_handle.DangerousGetHandle(), (nuint)index, OnnxInterface.Allocator, &name));
            var length = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).Length;
            names[index] = GC.AllocateUninitializedArray<byte>(length + 1, pinned: true);
            new ReadOnlySpan<byte>(name, length + 1).CopyTo(names[index]);
            OnnxInterface.Check(((delegate* unmanaged<nint, void*, nint>)OnnxInterface.Function(OnnxFunction.AllocatorFree))(OnnxInterface.Allocator, name));
        }

        return names;
    }

    private static nint[] Addresses(byte[][] names) =>
        Array.ConvertAll(names, name => System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(name, 0));

    private static string Decode(byte[] name) => Encoding.UTF8.GetString(name.AsSpan(..^1));
}
