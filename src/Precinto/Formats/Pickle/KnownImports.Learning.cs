namespace Precinto.Formats.Pickle;

// PyTorch, scikit-learn, joblib and the libraries of boosted trees.
internal static partial class KnownImports
{
    private static (string, string)[] CalledOfLearning =>
    [
        ("torch", "Size device"),
        ("torch._utils", "_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor "
            + "_rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_meta_tensor_no_storage _rebuild_device_tensor_from_numpy"),
        ("torch._tensor", "_rebuild_from_type_v2"),
        ("torch.nn.parameter", "UninitializedParameter UninitializedBuffer"),
        ("torch.nn.utils.rnn", "PackedSequence"),
        ("torch.serialization", "_get_layout"),
        ("torch.torch_version", "TorchVersion"),
        ("torchvision.transforms.functional", "InterpolationMode"),
        ("torchvision.transforms.autoaugment", "AutoAugmentPolicy"),
        ("torch.jit._pickle", "build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag"),
        ("joblib.numpy_pickle sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("sklearn.utils sklearn.utils._bunch sklearn.datasets.base", "Bunch"),
        ("sklearn.utils._fast_dict", "IntFloatDict"),
        ("sklearn.utils.deprecation", "DeprecationDict"),
        ("sklearn.tree._tree", "Tree"),
        ("sklearn.neighbors._kd_tree sklearn.neighbors._ball_tree sklearn.neighbors.kd_tree sklearn.neighbors.ball_tree", "newObj"),
        ("sklearn.neighbors._dist_metrics sklearn.neighbors.dist_metrics sklearn.metrics._dist_metrics", "newObj"),
        ("sklearn.gaussian_process.kernels", "Hyperparameter"),
        ("sklearn.impute._iterative", "_ImputerTriplet"),
        ("torch.distributed.checkpoint.metadata", "_MEM_FORMAT_ENCODING"),
        ("torch.distributed._shard.sharded_tensor.metadata", "MEM_FORMAT_ENCODING"),
        // Enumerations among the arguments of a training, which the trainers of Hugging Face keep beside each model.
        ("transformers.trainer_utils", "SchedulerType IntervalStrategy SaveStrategy HubStrategy EvaluationStrategy FSDPOption ShardedDDPOption"),
        ("transformers.training_args", "OptimizerNames ParallelMode"),
        ("transformers.debug_utils", "DebugOption"),
        ("torch.amp.grad_scaler torch.cuda.amp.grad_scaler", "_refresh_per_optimizer_state OptState"),
        ("accelerate.utils.dataclasses", "DistributedType DynamoBackend"),
        ("sentence_transformers.training_args", "BatchSamplers MultiDatasetBatchSamplers"),
    ];

    private static (string, string)[] HeldOfLearning =>
    [
        ("torch", "dtype Tensor Generator ScriptObject float16 float32 float64 float half double bfloat16 int8 int16 int32 int64 uint8 int short long bool complex32 complex64 complex128 chalf cfloat cdouble "
            + "uint16 uint32 uint64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2 bits8 bits16 bits1x8 bits2x4 bits4x2 bcomplex32 qint8 quint8 qint32 quint4x2 quint2x4 "
            + "FloatTensor DoubleTensor HalfTensor LongTensor IntTensor ShortTensor CharTensor ByteTensor BoolTensor BFloat16Tensor "
            + "FloatStorage DoubleStorage HalfStorage LongStorage IntStorage ShortStorage CharStorage ByteStorage BoolStorage BFloat16Storage "
            + "ComplexFloatStorage ComplexDoubleStorage UntypedStorage QInt8Storage QUInt8Storage QInt32Storage QUInt4x2Storage QUInt2x4Storage "
            + "per_tensor_affine per_channel_affine per_tensor_symmetric per_channel_symmetric per_channel_affine_float_qparams "
            + "finfo iinfo layout memory_format qscheme strided sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc contiguous_format channels_last channels_last_3d preserve_format"),
        ("torch._C", "_VariableFunctionsClass Generator"),
        ("torch._utils", "torch torch.contiguous_format torch.channels_last torch.channels_last_3d torch.preserve_format torch.strided torch.sparse_coo torch.sparse_csr torch.sparse_csc torch.sparse_bsr torch.sparse_bsc torch.jagged"),
        ("torch._tensor", "Tensor"),
        ("torch.nn.parameter", "Parameter Buffer"),
        ("torch.storage", "TypedStorage UntypedStorage _TypedStorage _UntypedStorage"),
        ("torch.nn.parallel.data_parallel", "DataParallel"),
        ("torch.utils.hooks", "RemovableHandle"),
        ("torch.utils.data._utils.collate", "default_collate default_convert"),
        // Beside these stand loaders, which start processes and call what they hold for every item, and wrappers that unpickle: no other name of there is known.
        ("torch.utils.data.dataset", "Dataset IterableDataset TensorDataset StackDataset ConcatDataset ChainDataset Subset"),
        ("torch.utils.data.sampler", "Sampler SequentialSampler RandomSampler SubsetRandomSampler WeightedRandomSampler BatchSampler"),
        ("torch.utils.data.distributed", "DistributedSampler"),
        ("torch.amp.grad_scaler torch.cuda.amp.grad_scaler", "GradScaler"),
        ("torchvision.models.video.mvit", "Pool"),
        ("sklearn.utils._metadata_requests", "MetadataRequest MethodMetadataRequest"),
        ("sklearn.ensemble._gradient_boosting", "_random_sample_mask"),
        ("xgboost.callback", "CallbackContainer EarlyStopping EvaluationMonitor LearningRateScheduler TrainingCallback TrainingCheckPoint"),
        ("xgboost.core", "Booster"),
        ("xgboost.sklearn", "XGBClassifier XGBRegressor XGBRanker XGBModel XGBRFClassifier XGBRFRegressor"),
        ("lightgbm.basic", "Booster"),
        ("lightgbm.sklearn", "LGBMClassifier LGBMRegressor LGBMRanker LGBMModel _LGBMLabelEncoder"),
        ("catboost.core", "CatBoostClassifier CatBoostRegressor CatBoostRanker CatBoost _CatBoost"),
        ("joblib.memory", "Memory"),
        ("sklearn.utils.murmurhash", "murmurhash3_32"),
        ("sklearn.base", "BaseEstimator"),
        ("sklearn.compose._column_transformer", "make_column_selector"),
        ("sklearn.cluster._kmeans", "_kmeans_single_lloyd _kmeans_single_elkan"),
        ("sklearn.feature_extraction.text", "strip_accents_unicode strip_accents_ascii"),
        ("sklearn.utils.validation", "check_array"),
        // What a distributed checkpoint says of its tensors.
        ("torch.distributed.checkpoint.metadata", "Metadata MetadataIndex StorageMeta TensorStorageMetadata BytesStorageMetadata ChunkStorageMetadata TensorProperties"),
        ("torch.distributed.checkpoint.filesystem", "_StorageInfo _StoragePrefix"),
        ("torch.distributed._shard.sharded_tensor.metadata", "TensorProperties ShardedTensorMetadata"),
        ("torch.distributed._shard.metadata", "ShardMetadata"),
        // The arguments of a training: data classes without a method for their state.
        ("transformers.training_args", "TrainingArguments"),
        ("transformers.training_args_seq2seq", "Seq2SeqTrainingArguments"),
        ("transformers.trainer_pt_utils", "AcceleratorConfig"),
        ("transformers.generation.configuration_utils", "GenerationConfig"),
        ("transformers.integrations.deepspeed transformers.deepspeed", "HfTrainerDeepSpeedConfig HfDeepSpeedConfig"),
        ("accelerate.state", "PartialState"),
        ("accelerate.utils.dataclasses", "DeepSpeedPlugin FullyShardedDataParallelPlugin GradientAccumulationPlugin TorchDynamoPlugin"),
        ("sentence_transformers.training_args", "SentenceTransformerTrainingArguments"),
        ("trl.trainer.sft_config", "SFTConfig"),
        ("trl.trainer.dpo_config", "DPOConfig"),
        ("trl.trainer.grpo_config", "GRPOConfig"),
        ("trl.trainer.kto_config", "KTOConfig"),
        ("trl.trainer.orpo_config", "ORPOConfig"),
        ("trl.trainer.reward_config", "RewardConfig"),
    ];
}
