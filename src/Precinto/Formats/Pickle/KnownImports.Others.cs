namespace Precinto.Formats.Pickle;

// Words, graphs and statistics: gensim, NLTK, networkx, PyTorch Geometric and statsmodels.
internal static partial class KnownImports
{
    private static (string, string)[] CalledOfOthers =>
    [
        // Subclasses of Python's own dictionaries, made of what they count.
        ("nltk.probability", "FreqDist ConditionalFreqDist"),
        ("torch_geometric.data.graph_store", "EdgeLayout"),
        ("torch_geometric.data.feature_store", "_FieldStatus"),
    ];

    private static (string, string)[] HeldOfOthers =>
    [
        ("tables.filters tables.Leaf", "Filters"),
        ("gensim.models.word2vec", "Word2Vec Word2VecVocab Word2VecTrainables"),
        ("gensim.models.doc2vec", "Doc2Vec Doc2VecVocab Doc2VecTrainables TaggedDocument"),
        ("gensim.models.fasttext", "FastText FastTextKeyedVectors FastTextVocab FastTextTrainables"),
        ("gensim.models.keyedvectors", "KeyedVectors Word2VecKeyedVectors Doc2VecKeyedVectors FastTextKeyedVectors Vocab CompatVocab"),
        ("gensim.models.ldamodel", "LdaModel LdaState"),
        ("gensim.models.ldamulticore", "LdaMulticore"),
        ("gensim.models.lsimodel", "LsiModel Projection"),
        ("gensim.models.nmf", "Nmf"),
        ("gensim.models.tfidfmodel", "TfidfModel df2idf smartirs_wlocal smartirs_wglobal"),
        ("gensim.models.hdpmodel", "HdpModel"),
        ("gensim.models.logentropy_model", "LogEntropyModel"),
        ("gensim.models.normmodel", "NormModel"),
        ("gensim.models.atmodel", "AuthorTopicModel AuthorTopicState"),
        ("gensim.models.bm25model", "OkapiBM25Model LuceneBM25Model AtireBM25Model"),
        // Similarity and its shards read the files that they name when they are asked.
        ("gensim.similarities.docsim", "MatrixSimilarity SparseMatrixSimilarity"),
        ("gensim.models.phrases", "Phrases FrozenPhrases Phraser original_scorer npmi_scorer"),
        ("gensim.corpora.dictionary", "Dictionary"),
        ("gensim.utils", "call_on_class_only identity"),
        ("nltk.tokenize.punkt", "PunktSentenceTokenizer PunktParameters PunktLanguageVars PunktToken"),
        ("nltk.tokenize.regexp", "RegexpTokenizer WhitespaceTokenizer WordPunctTokenizer BlanklineTokenizer"),
        ("nltk.tokenize.treebank", "TreebankWordTokenizer TreebankWordDetokenizer"),
        ("nltk.tokenize.casual", "TweetTokenizer"),
        ("nltk.tokenize.destructive", "NLTKWordTokenizer"),
        ("nltk.tokenize.toktok", "ToktokTokenizer"),
        ("nltk.tokenize", "word_tokenize"),
        ("nltk.classify.scikitlearn", "SklearnClassifier"),
        ("nltk.classify.maxent", "MaxentClassifier ConditionalExponentialClassifier BinaryMaxentFeatureEncoding"),
        ("nltk.classify.decisiontree", "DecisionTreeClassifier"),
        ("nltk.stem.wordnet", "WordNetLemmatizer"),
        ("nltk.stem.regexp", "RegexpStemmer"),
        ("nltk.tree nltk.tree.tree", "Tree"),
        ("nltk.classify.naivebayes", "NaiveBayesClassifier"),
        ("nltk.probability", "MLEProbDist ELEProbDist LidstoneProbDist LaplaceProbDist"),
        ("nltk.tag.sequential", "DefaultTagger UnigramTagger BigramTagger TrigramTagger NgramTagger AffixTagger RegexpTagger"),
        ("nltk.tag.perceptron", "PerceptronTagger AveragedPerceptron"),
        ("nltk.stem.porter", "PorterStemmer"),
        ("nltk.stem.lancaster", "LancasterStemmer"),
        ("nltk.stem.snowball", "SnowballStemmer ArabicStemmer DanishStemmer DutchStemmer EnglishStemmer FinnishStemmer FrenchStemmer GermanStemmer HungarianStemmer ItalianStemmer "
            + "NorwegianStemmer PortugueseStemmer RomanianStemmer RussianStemmer SpanishStemmer SwedishStemmer PorterStemmer"),
        ("nltk.lm.models", "MLE Lidstone Laplace WittenBellInterpolated KneserNeyInterpolated StupidBackoff"),
        ("nltk.lm.counter", "NgramCounter"),
        ("nltk.lm.vocabulary", "Vocabulary"),
        ("networkx.classes.graph", "Graph"),
        ("networkx.classes.digraph", "DiGraph"),
        ("networkx.classes.multigraph", "MultiGraph"),
        ("networkx.classes.multidigraph", "MultiDiGraph"),
        ("networkx.classes.coreviews", "AtlasView AdjacencyView MultiAdjacencyView UnionAtlas UnionAdjacency UnionMultiInner UnionMultiAdjacency"),
        ("networkx.classes.reportviews", "NodeView NodeDataView DegreeView DiDegreeView InDegreeView OutDegreeView MultiDegreeView DiMultiDegreeView InMultiDegreeView OutMultiDegreeView "
            + "EdgeView EdgeDataView OutEdgeView OutEdgeDataView InEdgeView InEdgeDataView MultiEdgeView OutMultiEdgeView InMultiEdgeView MultiEdgeDataView OutMultiEdgeDataView InMultiEdgeDataView"),
        ("torch_geometric.data.data", "Data DataEdgeAttr DataTensorAttr"),
        ("torch_geometric.data.hetero_data", "HeteroData"),
        ("torch_geometric.data.temporal", "TemporalData"),
        ("torch_geometric.data.storage", "BaseStorage NodeStorage EdgeStorage GlobalStorage"),
        ("torch_geometric.data.feature_store", "TensorAttr"),
        ("torch_geometric.data.graph_store", "EdgeAttr"),
        ("statsmodels.base.data", "ModelData PandasData PatsyData"),
        ("statsmodels.base.model", "LikelihoodModelResults LikelihoodResultsWrapper GenericLikelihoodModelResults ResultsWrapper"),
        ("statsmodels.base.wrapper", "ResultsWrapper"),
        ("statsmodels.tools.tools", "Bunch"),
        // The links were written small before version 0.14.
        ("statsmodels.genmod.families.links", "identity inverse_squared inverse_power probit logit log cloglog loglog cauchy nbinom sqrt"),
    ];
}
