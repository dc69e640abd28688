
"serve*2.15.0î

aPlaceholder

bEagerPyFuncaÄ
Á
$
__inference__traced_save
prefix*
matchStaticRegexFullMatchfile_prefix1
ConstConst*
dtype0*
valueB	B.part8
Const_1Const*
dtype0*
valueBB
_temp/partB
SelectSelectmatch:output:0Const:output:0Const_1:output:06

StringJoin
StringJoinfile_prefixSelect:output:07
ShardedFilenameShardedFilenameStringJoin:output:0,
SaveV2SaveV2ShardedFilename:filename:05
prefixesPackShardedFilename:filename:0^SaveV2;
mergeMergeV2Checkpointsprefixes:output:0file_prefix)
IdentityIdentityfile_prefix^merge*U
serving_defaultB

x
x:0ÿÿÿÿÿÿÿÿÿ
y
y:0ÿÿÿÿÿÿÿÿÿ