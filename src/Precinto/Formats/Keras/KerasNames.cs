using Precinto.Formats.Pickle;

namespace Precinto.Formats.Keras;

/// <summary>
/// Judges what a configuration names by module and class. Keras imports the module and takes the attribute of that name, so a function of
/// Keras itself that stands where a class is due is called with what the file says: that is how CVE-2025-8747 and CVE-2025-9906 work.
/// </summary>
internal static class KerasNames
{
    // Classes of Keras 1 to 3 that configurations name without a module.
    private static readonly HashSet<string> Classes = Words(
        "Sequential Functional Model InputLayer Input Dense Activation Embedding Masking Lambda Einsum EinsumDense Identity Conv1D Conv2D Conv3D "
        + "Convolution1D Convolution2D Convolution3D SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D DepthwiseConv1D DepthwiseConv2D "
        + "Conv1DTranspose Conv2DTranspose Conv3DTranspose Convolution2DTranspose Convolution3DTranspose Deconvolution2D LocallyConnected1D LocallyConnected2D "
        + "MaxPooling1D MaxPooling2D MaxPooling3D MaxPool1D MaxPool2D MaxPool3D AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D "
        + "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D GlobalAveragePooling1D GlobalAveragePooling2D "
        + "GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveMaxPooling1D AdaptiveMaxPooling2D "
        + "LSTM GRU SimpleRNN RNN LSTMCell GRUCell SimpleRNNCell StackedRNNCells CuDNNLSTM CuDNNGRU ConvLSTM1D ConvLSTM2D ConvLSTM3D ConvLSTM2DCell "
        + "Bidirectional TimeDistributed Wrapper SpectralNormalization BatchNormalization BatchNormalizationV1 BatchNormalizationV2 SyncBatchNormalization LayerNormalization "
        + "UnitNormalization GroupNormalization RMSNormalization Normalization Discretization Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout "
        + "GaussianNoise AlphaDropout ActivityRegularization MultiHeadAttention GroupQueryAttention Attention AdditiveAttention Reshape Flatten RepeatVector Permute "
        + "Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D Concatenate Average Maximum Minimum Add "
        + "Subtract Multiply Dot Merge ReLU Softmax LeakyReLU PReLU ELU ThresholdedReLU Rescaling Resizing CenterCrop RandomCrop RandomFlip RandomTranslation RandomRotation "
        + "RandomZoom RandomContrast RandomBrightness RandomHeight RandomWidth CategoryEncoding Hashing HashedCrossing StringLookup IntegerLookup TextVectorization "
        + "FeatureSpace MelSpectrogram STFTSpectrogram DenseFeatures TFOpLambda SlicingOpLambda ClassMethod InstanceMethod InstanceProperty TensorFlowOpLayer TFSMLayer "
        + "TorchModuleWrapper JaxLayer FlaxLayer "
        + "Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal VarianceScaling Orthogonal OrthogonalInitializer IdentityInitializer GlorotUniform GlorotNormal HeNormal HeUniform "
        + "LecunNormal LecunUniform L1 L2 L1L2 OrthogonalRegularizer MaxNorm NonNeg UnitNorm MinMaxNorm RadialConstraint "
        + "SGD RMSprop Adam AdamW Adadelta Adagrad Adamax Adafactor Nadam Ftrl Lion Lamb Muon LossScaleOptimizer TFOptimizer ExponentialDecay PiecewiseConstantDecay "
        + "PolynomialDecay InverseTimeDecay CosineDecay CosineDecayRestarts Policy DTypePolicy FloatDTypePolicy QuantizedDTypePolicy DTypePolicyMap "
        + "BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy BinaryFocalCrossentropy CategoricalFocalCrossentropy MeanSquaredError MeanAbsoluteError "
        + "MeanAbsolutePercentageError MeanSquaredLogarithmicError CosineSimilarity Huber LogCosh Hinge SquaredHinge CategoricalHinge KLDivergence Poisson Dice Tversky CTC "
        + "LossFunctionWrapper MeanMetricWrapper Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy SparseTopKCategoricalAccuracy "
        + "AUC Precision Recall PrecisionAtRecall RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity TruePositives TrueNegatives FalsePositives FalseNegatives "
        + "MeanIoU IoU BinaryIoU OneHotIoU OneHotMeanIoU Mean Sum MeanTensor RootMeanSquaredError MeanRelativeError F1Score FBetaScore R2Score LogCoshError ConcordanceCorrelation PearsonCorrelation "
        + "TensorShape CompositeTensor RandomSeed SeedGenerator NodeConfig InputSpec");

    private static readonly HashSet<string> Packages = Words("keras tf_keras keras_core keras_hub keras_nlp keras_cv");

    // The parts of Keras in which layers and their parts live, with what lies below them.
    private static readonly HashSet<string> Parts = Words(
        "layers initializers regularizers constraints activations optimizers losses metrics models dtype_policies random ops operations quantizers "
        + "mixed_precision engine backbones samplers tokenizers bounding_box distribution trainers dtensor");

    private static readonly HashSet<string> Values = Words("dict list str int float tuple slice range set bool complex bytes NoneType ellipsis");

    // What Keras has under names like those of classes, or of functions of losses and activations, and what does more than compute.
    private static readonly HashSet<string> Powerful = Words(
        "get_file enable_unsafe_deserialization load_model save_model load_weights save_weights model_from_json model_from_yaml model_from_config "
        + "deserialize_keras_object deserialize func_load func_dump extract_archive extract_open_archive image_dataset_from_directory audio_dataset_from_directory "
        + "text_dataset_from_directory timeseries_dataset_from_array load_img save_img plot_model model_to_dot register_keras_serializable set_backend set_floatx "
        + "export_saved_model load_from_saved_model load_data get_source_inputs TorchModuleWrapper CustomObjectScope custom_object_scope clear_session print_msg "
        + "ModelCheckpoint TensorBoard CSVLogger RemoteMonitor BackupAndRestore LambdaCallback");

    /// <summary>Why a name is dangerous; null where it is not.</summary>
    /// <param name="module">The module, empty where none is stated.</param>
    /// <param name="className">The class, or <c>function</c>.</param>
    /// <param name="function">The name of the function where the class says that it is one.</param>
    /// <param name="isKnown">Whether Keras is known to have it.</param>
    public static string? Judge(string module, string className, string? function, out bool isKnown)
    {
        isKnown = true;
        var name = className == "function" ? function ?? "" : className;
        if (Powerful.Contains(Short(name)))
            return "does more than compute";
        if (IsInner(className))
            return null;
        if (module.Length == 0)
        {
            isKnown = className == "function" ? false : Classes.Contains(className);
            return name.Contains('.') ? DangerousImports.Reason(name[..name.LastIndexOf('.')], name[(name.LastIndexOf('.') + 1)..]) : null;
        }

        if (DangerousImports.Reason(module, name) is { } reason && !IsOfKeras(module))
            return reason;
        if (DangerousImports.WalkReason(module, name) is { } walk)
            return walk;
        if (module == "builtins")
        {
            isKnown = Values.Contains(className);
            return isKnown || className == "function" ? null : "is a function of Python itself";
        }

        if (!IsOfKeras(module))
        {
            isKnown = false;
            return null;
        }

        if (className != "function" && !(name.Length > 0 && char.IsAsciiLetterUpper(name[0])))
            return "is a function of Keras where a class is due";
        if (className == "function")
            return KerasFunctions.Judge(PartOf(module), name, out isKnown);
        isKnown = PartOf(module) is not { } part || Parts.Contains(part);
        return null;
    }

    /// <summary>Whether a name under which an object was registered belongs to Keras, and is that of the class: what is registered wins over class and module.</summary>
    public static bool IsKnownRegistration(string registered, string className)
    {
        var mark = registered.IndexOf('>', StringComparison.Ordinal);
        return Short(registered) == Short(className) && (mark < 0 || Packages.Contains(registered[..mark].ToLowerInvariant()));
    }

    /// <summary>The name of a class without the package that it was registered in.</summary>
    public static string Short(string name) => name[(name.LastIndexOf('>') + 1)..];

    private static bool IsOfKeras(string module) => Packages.Contains(module.Split('.')[0]);

    // The part of Keras that a module belongs to, or null for Keras itself.
    private static string? PartOf(string module) =>
        module.Split('.').Skip(1).FirstOrDefault(part => part is not ("src" or "api" or "legacy" or "_tf_keras" or "keras"));

    private static bool IsInner(string name) => name is "__tuple__" or "__ellipsis__" or "__tensor__" or "__numpy__" or "__bytes__" or "__slice__" or "__dict__"
        or "__keras_tensor__" or "__lambda__" or "__set__";

    internal static HashSet<string> Words(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
