namespace Precinto.Formats.Pickle;

// NumPy, SciPy and pandas.
internal static partial class KnownImports
{
    private const string Universal =
        "log log1p log2 log10 exp expm1 exp2 sqrt cbrt square abs absolute fabs sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh arctan2 hypot "
        + "add subtract multiply divide true_divide floor_divide power float_power negative positive reciprocal sign floor ceil rint trunc maximum minimum fmax fmin "
        + "logical_and logical_or logical_not logical_xor isnan isfinite isinf degrees radians deg2rad rad2deg greater less equal not_equal greater_equal less_equal "
        + "mod remainder fmod logaddexp logaddexp2 sinc i0 conjugate heaviside signbit matmul";

    private static (string, string)[] CalledOfNumpy =>
    [
        ("numpy", "dtype"),
        ("numpy.core.multiarray numpy._core.multiarray", "_reconstruct scalar"),
        ("numpy.core.numeric numpy._core.numeric", "_frombuffer"),
        ("numpy._core._internal", "_convert_to_stringdtype_kwargs"),
        ("numpy.ma.core", "_mareconstruct MaskedConstant"),
        ("numpy.random._pickle", "__bit_generator_ctor __randomstate_ctor __generator_ctor"),
        ("numpy.random numpy.random.mtrand", "__RandomState_ctor"),
        ("numpy.random._mt19937", "__pyx_unpickle_MT19937"),
        ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
        ("numpy.linalg numpy.linalg.linalg numpy.linalg._linalg", "LinAlgError"),
        ("pandas.core.internals.managers pandas.core.internals pandas._libs.internals", "BlockManager SingleBlockManager"),
        ("pandas.core.internals.blocks", "new_block"),
        ("pandas._libs.internals", "_unpickle_block"),
        ("pandas.core.indexes.base pandas.core.index pandas.indexes.base", "_new_Index"),
        ("pandas.core.indexes.datetimes pandas.tseries.index", "_new_DatetimeIndex"),
        ("pandas.core.indexes.period pandas.tseries.period", "_new_PeriodIndex"),
        ("pandas.core.indexes.interval", "_new_IntervalIndex"),
        ("pandas.core.indexes.frozen pandas.core.base", "FrozenList"),
        ("pandas.core.dtypes.dtypes", "CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype PandasDtype NumpyEADtype SparseDtype"),
        ("pandas.core.arrays.sparse.dtype", "SparseDtype"),
        ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"),
        ("pandas._libs.interval", "Interval __pyx_unpickle_IntervalMixin"),
        ("pandas._libs.tslibs.timestamps", "_unpickle_timestamp Timestamp"),
        ("pandas._libs.tslibs.timedeltas", "_timedelta_unpickle Timedelta"),
        ("pandas._libs.tslibs.nattype", "_nat_unpickle __nat_unpickle"),
        ("pandas._libs.tslibs.period", "_unpickle_period Period __pyx_unpickle_PeriodDtypeBase __pyx_unpickle_PeriodMixin"),
        ("pandas._libs.tslibs.dtypes", "__pyx_unpickle_PeriodDtypeBase"),
        ("pandas._libs.sparse", "IntIndex BlockIndex"),
        ("pandas.core.arrays.string_", "StringDtype"),
        ("pandas.core.dtypes.dtypes pandas.core.arrays.arrow.dtype", "ArrowDtype"),
        ("pyarrow.lib", "_restore_array type_for_alias timestamp py_buffer chunked_array"),
        ("pandas.core.groupby.generic", "NamedAgg"),
    ];

    private static (string, string)[] HeldOfNumpy =>
    [
        ("numpy numpy.core.umath numpy.core._multiarray_umath numpy._core._multiarray_umath", Universal),
        ("numpy", "ndarray memmap record matrix recarray chararray generic number integer signedinteger unsignedinteger floating inexact complexfloating flexible character "
            + "bool_ bool bool8 int_ intc intp int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
            + "uint uintc uintp longlong ulonglong longdouble clongdouble half single double float16 float32 float64 float_ float128 complex64 complex128 complex256 "
            + "complex_ str_ bytes_ string_ unicode_ void object_ datetime64 timedelta64 nan inf newaxis finfo iinfo poly1d vectorize "
            + "mean median sum std var min max amin amax argmin argmax prod nanmean nanmedian nansum nanstd nanvar nanmin nanmax clip ravel reshape "
            + "zeros ones full empty arange linspace logspace eye broadcast_to identity array asarray asanyarray ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d concatenate stack hstack vstack column_stack cumsum cumprod diff "
            + "digitize nan_to_num round around round_ squeeze transpose unwrap where dot inner outer percentile quantile nanpercentile nanquantile average expand_dims "
            + "sort argsort unique zeros_like ones_like empty_like full_like histogram interp flip fliplr flipud rot90 roll log angle real imag trapz count_nonzero "
            + "searchsorted select tile repeat gradient convolve cross kron isclose allclose array_equal any all isin in1d"),
        ("numpy.linalg", "norm inv pinv det solve svd eig eigh qr"),
        ("numpy.fft", "fft ifft rfft irfft fft2 fftshift"),
        ("numpy._core.multiarray numpy.core.multiarray", "array ndarray"),
        ("scipy._lib.array_api_compat.numpy scipy._lib.array_api_compat.numpy._aliases scipy._external.array_api_compat.numpy scipy._external.array_api_compat.numpy._aliases", "asarray"),
        ("numpy.core numpy._core numpy.core.memmap numpy._core.memmap", "memmap"),
        ("numpy.core.getlimits numpy._core.getlimits", "MachArLike finfo iinfo"),
        ("numpy.core.records numpy._core.records numpy.rec", "recarray record"),
        ("numpy.core.defchararray numpy._core.defchararray numpy.char", "chararray"),
        ("numpy.matrixlib.defmatrix", "matrix"),
        ("numpy.lib.polynomial numpy.lib._polynomial_impl", "poly1d"),
        ("numpy.lib.function_base numpy.lib._function_base_impl", "vectorize"),
        ("numpy.ma.core numpy.ma", "MaskedArray"),
        ("numpy.dtypes", "BoolDType Int8DType Int16DType Int32DType Int64DType UInt8DType UInt16DType UInt32DType UInt64DType Float16DType Float32DType "
            + "Float64DType Complex64DType Complex128DType ObjectDType StrDType BytesDType VoidDType DateTime64DType TimeDelta64DType StringDType"),
        ("numpy.random.mtrand", "RandomState"),
        ("numpy.random._mt19937", "MT19937"),
        ("numpy.random._pcg64", "PCG64 PCG64DXSM"),
        ("numpy.random._philox", "Philox"),
        ("numpy.random._sfc64", "SFC64"),
        ("numpy.random._generator", "Generator"),
        ("numpy.random.bit_generator", "SeedSequence"),
        ("scipy.spatial._ckdtree scipy.spatial.ckdtree", "cKDTree cKDTreeNode"),
        ("scipy.interpolate._interpolate scipy.interpolate.interpolate", "interp1d interp2d"),
        ("scipy.stats._distn_infrastructure", "rv_continuous rv_discrete rv_sample rv_frozen rv_histogram"),
        ("scipy.stats._continuous_distns", "rv_histogram"),
        ("scipy.stats._kde scipy.stats.kde", "gaussian_kde"),
        ("scipy.signal._ltisys", "lti dlti"),
        ("pandas.core.frame", "DataFrame"),
        ("pandas.core.series", "Series"),
        ("pandas.core.internals.blocks", "Block"),
        ("pandas.core.indexes.base pandas.indexes.base pandas.core.index", "Index"),
        ("pandas.core.indexes.numeric pandas.indexes.numeric pandas.core.index", "Int64Index UInt64Index Float64Index NumericIndex"),
        ("pandas.core.indexes.range pandas.indexes.range", "RangeIndex"),
        ("pandas.core.indexes.multi pandas.indexes.multi pandas.core.index", "MultiIndex"),
        ("pandas.core.indexes.category", "CategoricalIndex"),
        ("pandas.core.indexes.datetimes pandas.tseries.index", "DatetimeIndex"),
        ("pandas.core.indexes.timedeltas", "TimedeltaIndex"),
        ("pandas.core.indexes.period", "PeriodIndex"),
        ("pandas.core.indexes.interval", "IntervalIndex"),
        ("pandas.core.arrays.categorical pandas.core.categorical", "Categorical"),
        ("pandas.core.arrays.datetimes", "DatetimeArray"),
        ("pandas.core.arrays.timedeltas", "TimedeltaArray"),
        ("pandas.core.arrays.period", "PeriodArray"),
        ("pandas.core.arrays.interval", "IntervalArray"),
        ("pandas.core.arrays.numpy_", "PandasArray NumpyExtensionArray"),
        ("pandas.core.arrays.sparse.array pandas.core.arrays.sparse", "SparseArray"),
        ("pandas.core.arrays.integer", "IntegerArray Int64Dtype Int32Dtype Int16Dtype Int8Dtype UInt64Dtype UInt32Dtype UInt16Dtype UInt8Dtype"),
        ("pandas.core.arrays.floating", "FloatingArray Float64Dtype Float32Dtype"),
        ("pandas.core.arrays.boolean", "BooleanArray BooleanDtype"),
        ("pandas.core.arrays.string_", "StringArray StringArrayNumpySemantics"),
        ("pandas.core.arrays.string_arrow", "ArrowStringArray ArrowStringArrayNumpySemantics"),
        ("pandas.core.arrays.arrow.array", "ArrowExtensionArray"),
        ("pandas._libs.arrays", "NDArrayBacked"),
        ("pandas._libs.interval", "IntervalMixin"),
        ("pandas._libs.lib", "_NoDefault _NoDefault.no_default"),
        ("pandas._libs.missing", "NA NAType"),
        ("pandas._libs.tslibs.nattype", "NaTType"),
        ("pandas._libs.tslibs.dtypes pandas._libs.tslibs.period", "PeriodDtypeBase"),
        ("pandas.core.tools.datetimes", "to_datetime"),
        ("pandas.core.tools.numeric", "to_numeric"),
        ("pandas.core.dtypes.missing", "isna notna"),
        ("pandas.core.reshape.concat", "concat"),
        ("pandas.core.reshape.encoding pandas.core.reshape.reshape", "get_dummies"),
    ];
}
