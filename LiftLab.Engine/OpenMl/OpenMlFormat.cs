namespace LiftLab.Engine.OpenMl;

/// <summary>A form in which OpenML has the file of a dataset.</summary>
public enum OpenMlFormat
{
    /// <summary>The uploaded file, mostly ARFF, with an MD5 checksum.</summary>
    Original,

    /// <summary>Parquet, made by OpenML from the uploaded file; without a checksum.</summary>
    Parquet,
}
