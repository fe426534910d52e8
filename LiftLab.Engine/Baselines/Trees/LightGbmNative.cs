using System.Runtime.InteropServices;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>The part of LightGBM's C interface (c_api.h, version 4) that training and prediction need.</summary>
static partial class LightGbmNative
{
    const string Library = "lib_lightgbm";
    public const int Float64 = 1,
        Float32 = 0,
        Normal = 0;

    /// <summary>Whether the native library is available for this platform.</summary>
    public static bool IsPresent { get; } = NativeLibrary.TryLoad(Library, typeof(LightGbmNative).Assembly, null, out _);

    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    private static partial nint LastError();

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateDataset(
        double[] data,
        int type,
        int rows,
        int columns,
        int isRowMajor,
        string parameters,
        nint reference,
        out nint dataset
    );

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetField(nint dataset, string field, float[] values, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    public static partial int FreeDataset(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateBooster(nint dataset, string parameters, out nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    public static partial int Update(nint booster, out int finished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Predict(
        nint booster,
        double[] data,
        int type,
        int rows,
        int columns,
        int isRowMajor,
        int kind,
        int start,
        int count,
        string parameters,
        out long length,
        double[] results
    );

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    private static partial int SaveBooster(nint booster, int start, int count, int importance, long room, out long length, byte[] text);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterLoadModelFromString", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LoadBooster(string text, out int rounds, out nint booster);

    /// <summary>The whole booster as text, which <see cref="LoadBooster"/> reads.</summary>
    public static string TextOf(nint booster)
    {
        var text = new byte[1 << 16];
        Check(SaveBooster(booster, 0, -1, 0, text.Length, out var length, text));
        if (length > text.Length)
        {
            text = new byte[length];
            Check(SaveBooster(booster, 0, -1, 0, text.Length, out length, text));
        }
        return System.Text.Encoding.UTF8.GetString(text, 0, (int)length - 1); // the length includes the terminating zero
    }

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    public static partial int FreeBooster(nint booster);

    /// <exception cref="LearningFailedException">The library reported an error.</exception>
    public static void Check(int code)
    {
        if (code != 0)
            throw new LearningFailedException(
                "lightgbm",
                "LightGBM reported: " + Marshal.PtrToStringUTF8(LastError()),
                "Change its settings, or use histgb instead."
            );
    }
}
