using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks one symbol-version requirement of 64-bit little-endian ELF libraries as weak. See TorchSharpShim.targets for why.
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    const int LoadSegment = 1,
        DynamicSegment = 2;
    const long TagStringTable = 5,
        TagVersionNeed = 0x6ffffffe,
        TagVersionNeedCount = 0x6fffffff;
    const byte WeakFlag = 2;

    public ITaskItem[] Libraries { get; set; }
    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        foreach (var library in Libraries)
        {
            var path = library.GetMetadata("FullPath");
            var image = File.ReadAllBytes(path);
            if (!Weaken(image))
                continue;
            var replacement = path + ".new";
            var written = File.GetLastWriteTimeUtc(path);
            File.WriteAllBytes(replacement, image);
            File.Delete(path); // never write through a link into the package cache
            File.Move(replacement, path);
            File.SetLastWriteTimeUtc(path, written); // else the next build would take it for changed and copy the original over it
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak requirement", path, SymbolVersion);
        }
        return !Log.HasLoggedErrors;
    }

    bool Weaken(byte[] image)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[4] != 2 || image[5] != 1)
            return false;

        var segments = new List<(long Offset, long Address, long Size)>();
        long dynamicOffset = -1,
            dynamicSize = 0;
        long headers = BitConverter.ToInt64(image, 0x20);
        int headerSize = BitConverter.ToUInt16(image, 0x36),
            headerCount = BitConverter.ToUInt16(image, 0x38);
        for (var i = 0; i < headerCount; i++)
        {
            var at = (int)(headers + (long)i * headerSize);
            var type = BitConverter.ToUInt32(image, at);
            long offset = BitConverter.ToInt64(image, at + 8),
                address = BitConverter.ToInt64(image, at + 16),
                size = BitConverter.ToInt64(image, at + 32);
            if (type == LoadSegment)
                segments.Add((offset, address, size));
            if (type == DynamicSegment)
            {
                dynamicOffset = offset;
                dynamicSize = size;
            }
        }
        if (dynamicOffset < 0)
            return false;

        long FileOffset(long address)
        {
            foreach (var s in segments)
                if (address >= s.Address && address < s.Address + s.Size)
                    return s.Offset + address - s.Address;
            return -1;
        }

        long strings = -1,
            needs = -1,
            needCount = 0;
        for (var at = dynamicOffset; at < dynamicOffset + dynamicSize; at += 16)
        {
            long tag = BitConverter.ToInt64(image, (int)at),
                value = BitConverter.ToInt64(image, (int)at + 8);
            if (tag == 0)
                break;
            if (tag == TagStringTable)
                strings = FileOffset(value);
            else if (tag == TagVersionNeed)
                needs = FileOffset(value);
            else if (tag == TagVersionNeedCount)
                needCount = value;
        }
        if (strings < 0 || needs < 0)
            return false;

        var changed = false;
        var need = needs;
        for (long i = 0; i < needCount; i++)
        {
            int auxCount = BitConverter.ToUInt16(image, (int)need + 2);
            var aux = need + BitConverter.ToUInt32(image, (int)need + 8);
            for (var j = 0; j < auxCount; j++)
            {
                var name = ReadName(image, strings + BitConverter.ToUInt32(image, (int)aux + 8));
                if (name == SymbolVersion && (image[aux + 4] & WeakFlag) == 0)
                {
                    image[aux + 4] |= WeakFlag;
                    changed = true;
                }
                aux += BitConverter.ToUInt32(image, (int)aux + 12);
            }
            need += BitConverter.ToUInt32(image, (int)need + 12);
        }
        return changed;
    }

    static string ReadName(byte[] image, long start)
    {
        var end = (int)start;
        while (image[end] != 0)
            end++;
        return Encoding.ASCII.GetString(image, (int)start, end - (int)start);
    }
}
