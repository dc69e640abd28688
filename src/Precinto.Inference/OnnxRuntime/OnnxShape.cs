namespace Precinto.Inference.OnnxRuntime;

/// <summary>The type of a tensor's elements, and its dimensions; one that the model leaves free is -1.</summary>
internal sealed record OnnxShape(OnnxElementType Type, long[] Dimensions)
{
    /// <summary>Reads what the runtime says of a tensor.</summary>
    /// <param name="information">An <c>OrtTensorTypeAndShapeInfo</c>, which stays the caller's.</param>
    public static unsafe OnnxShape Read(nint information)
    {
        int type;
        nuint count;
        OnnxInterface.Check(((delegate* unmanaged<nint, int*, nint>)OnnxInterface.Function(OnnxFunction.GetTensorElementType))(information, &type));
        OnnxInterface.Check(((delegate* unmanaged<nint, nuint*, nint>)OnnxInterface.Function(OnnxFunction.GetDimensionsCount))(information, &count));
        var dimensions = new long[checked((int)count)];
        fixed (long* start = dimensions)
            OnnxInterface.Check(((delegate* unmanaged<nint, long*, nuint, nint>)OnnxInterface.Function(OnnxFunction.GetDimensions))(information, start, count));
        return new((OnnxElementType)type, dimensions);
    }
}
