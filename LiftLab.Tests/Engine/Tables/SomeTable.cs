using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables;

/// <summary>Small tables for tests, from cells or from text.</summary>
static class SomeTable
{
    public static Table Of(params (string Name, string[] Cells)[] columns) =>
        new("test", [.. columns.Select(c => new Column(c.Name, c.Cells))]);

    public static Task<TableReading> ReadAsync(string text, TableReadOptions? options = null) =>
        ReadAsync(System.Text.Encoding.UTF8.GetBytes(text), options);

    public static Task<TableReading> ReadAsync(byte[] bytes, TableReadOptions? options = null, string name = "test.csv") =>
        TableReader.ReadAsync(new MemoryStream(bytes), name, options);

    public static async Task<BadDataException> RefusedAsync(byte[] bytes, TableReadOptions? options = null) =>
        await Assert.ThrowsAsync<BadDataException>(() => ReadAsync(bytes, options));

    public static Task<BadDataException> RefusedAsync(string text, TableReadOptions? options = null) =>
        RefusedAsync(System.Text.Encoding.UTF8.GetBytes(text), options);

    public static Schema Schema(this Table table, string target, TaskKind task) => SchemaGuess.Guess(table).WithTarget(target, task);
}
