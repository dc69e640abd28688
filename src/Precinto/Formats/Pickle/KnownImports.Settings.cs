namespace Precinto.Formats.Pickle;

// The settings of a training and what prepared its texts: dictionaries whose items are attributes as well, and OmegaConf's trees.
internal static partial class KnownImports
{
    private static (string, string)[] HeldOfSettings =>
    [
        ("keras_preprocessing.text keras.preprocessing.text keras.src.preprocessing.text keras.src.legacy.preprocessing.text tensorflow.python.keras.preprocessing.text", "Tokenizer"),
        ("keras_preprocessing.image.image_data_generator keras_preprocessing.image keras.preprocessing.image keras.src.preprocessing.image keras.src.legacy.preprocessing.image "
            + "tensorflow.python.keras.preprocessing.image", "ImageDataGenerator"),
        ("omegaconf.dictconfig", "DictConfig"),
        ("omegaconf.listconfig", "ListConfig"),
        ("omegaconf.base", "Metadata ContainerMetadata"),
        ("omegaconf.nodes", "AnyNode StringNode IntegerNode FloatNode BooleanNode BytesNode PathNode EnumNode"),
        (WithAttributes, "EasyDict Munch CfgNode AttributeDict"),
    ];

    /// <summary>
    /// Whether it is a dictionary that answers for an attribute that it does not have with the item of that name: an item <c>__setstate__</c>
    /// is then what BUILD calls.
    /// </summary>
    public static bool ShowsItemsAsAttributes(PickleGlobal? made) =>
        made is { Name: "EasyDict" or "Munch" or "CfgNode" or "AttributeDict" } && WithAttributes.Split(' ').Contains(made.Module);

    private const string WithAttributes = "easydict munch yacs.config fvcore.common.config detectron2.config.config pytorch_lightning.utilities.parsing lightning.pytorch.utilities.parsing "
        + "lightning_fabric.utilities.data lightning.fabric.utilities.data";
}
