
"serve*2.15.0Ð

xPlaceholder
?
save/filename/inputConst*
dtype0*
valueB	Bmodel
<
save/filenamePlaceholderWithDefaultsave/filename/input
3

save/ConstPlaceholderWithDefaultsave/filename
N
save/StringJoin/inputs_1Const*
dtype0*
valueBB_temp_0123/part
C
save/StringJoin
StringJoin
save/Constsave/StringJoin/inputs_1
8
save/ShardedFilenameShardedFilenamesave/StringJoin
.
save/SaveV2SaveV2save/ShardedFilenamex
I
+save/MergeV2Checkpoints/checkpoint_prefixesPacksave/ShardedFilename
f
save/MergeV2CheckpointsMergeV2Checkpoints+save/MergeV2Checkpoints/checkpoint_prefixes
save/Const
'
save/RestoreV2	RestoreV2
save/Const
:

asset_pathConst*
dtype0*
valueBB	vocab.txt

tableHashTableV2
8
initInitializeTableFromTextFileV2table
asset_path

assertAssertx
R
messageConst*
dtype0*3
value*B(B$/etc/passwd is a text like any other
R
callStatefulPartitionedCallsaver_filename*!
fR
__inference__traced_save

saver_filenamePlaceholderÄ
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