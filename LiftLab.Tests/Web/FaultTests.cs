using LiftLab.Web.Parts;
using LiftLab.Web.Storage.Database;

namespace LiftLab.Tests.Web;

public sealed class FaultTests
{
    [Fact]
    public void A_fault_of_the_database_or_the_disk_is_said_as_such()
    {
        var locked = new LabDatabaseException(DatabaseFault.Locked, "Another program has locked it", "Close that program.");
        Assert.Equal(new Fault("database-locked", "Another program has locked it", null, "Close that program."), Fault.Of(locked));
        Assert.Equal("disk-full", Fault.Of(new IOException("No space left on device", 28)).Code);
        Assert.Equal("file", Fault.Of(new IOException("Stale file handle", 116)).Code);
    }
}
